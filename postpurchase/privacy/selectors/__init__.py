"""What is known of a person, of erasures, holds and periods."""
