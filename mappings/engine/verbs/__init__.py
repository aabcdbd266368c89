"""The verbs: each turns an array of text into values of the standard, and says where it could not."""
