"""The command line: parse, call the library, show. Only this package knows Click, prints or exits."""
