"""What the tests share. No test lives here."""
