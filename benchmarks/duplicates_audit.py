def audits(): return []
