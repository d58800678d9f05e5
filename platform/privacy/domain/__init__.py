"""What is shown of personal data, and on which terms more."""
