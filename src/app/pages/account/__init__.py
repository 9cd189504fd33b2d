"""The pages of whoever has an account: signing in, agreeing to what others ask for, taking it back."""
