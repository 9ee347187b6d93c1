"""What the gateway answers once a request has passed its checks: a function for each route.

Asked by `gateway` alone.
"""
