"""The view of jobs, as tests fill it and look at it."""

from __future__ import annotations

OTHER_KEY = "SG_jobs_other_9876"
ROWS = ".window-rows .job-row"


def fill(server):
    """Have a job in every state, those that ended with an error and with a price; return them."""
    jobs = {}
    jobs["expired"] = server.submit()
    server.steer("PATCH", "/_mock/clock", {"advance_s": 3599})
    jobs["completed"] = server.submit()
    server.steer("PATCH", "/_mock/clock", {"advance_s": 60})
    jobs["failed"] = server.submit(key=OTHER_KEY)
    steer_job(server, jobs["failed"], {"state": "FAILED", "error": "It was too dark."})
    jobs["stalled"] = server.submit(key=OTHER_KEY)
    steer_job(server, jobs["stalled"], {"stall": True})
    server.steer("PATCH", "/_mock/clock", {"advance_s": 300})
    jobs["processing"] = server.submit()
    steer_job(server, jobs["processing"], {"state": "PROCESSING"})
    server.poll(jobs["processing"])
    jobs["queued"] = server.submit()
    return jobs


def steer_job(server, job, change):
    """Change a job by the control plane."""
    server.steer("PATCH", f"/_mock/jobs/{job['request_id']}", change)


def name_account(server, job):
    """Return the name of the account whose job it is."""
    return server.steer("GET", f"/_mock/jobs/{job['request_id']}")["account"]


def find_row(page, job):
    """Return the row of a job."""
    return page.locator(f'{ROWS}[data-job="{job["request_id"]}"]')
