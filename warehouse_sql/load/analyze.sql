analyze arriving;
