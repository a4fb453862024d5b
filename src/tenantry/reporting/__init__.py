"""What runtimes report: executions and documents; Process Reporting, and the dashboard."""
