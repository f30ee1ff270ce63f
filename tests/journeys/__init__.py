"""What a person does in a browser, from sign-in to the PDF."""
