"""Templates, styles and scripts of the reports; packaged as `auditor.report_templates`."""
