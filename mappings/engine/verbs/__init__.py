"""The verbs: each turns an array of text into values of the standard, and a fault for those that it could not take."""
