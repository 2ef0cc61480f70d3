"""Work done outside requests: jobs, schedules, the worker's heartbeat.

Tables: `job`, `schedule`, `worker`. Features register functions for their job kinds (`jobs.registry`);
the worker claims one job at a time in a short transaction and works outside it.
"""
