"""What all pages share: the shell of an application, who looks, in which language, what is read, how it is shown."""
