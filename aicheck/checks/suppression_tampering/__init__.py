"""Changes that silence the tools which would have found something."""
