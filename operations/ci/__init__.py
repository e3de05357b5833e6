"""What the workflows of `.github/` and `.gitlab-ci.yml` call, so that a person can run and test each step of theirs."""
