analyze touched;
