"""What the alerts do while Slack is down or a worker is killed, and what deciding costs."""
