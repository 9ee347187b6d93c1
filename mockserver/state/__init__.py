"""What an emulator remembers: accounts with their jobs, journals and webhooks, and who writes them.

May use `rules` and what that uses; knows neither requests on their way nor answers.
"""
