{right} > {left} * (1 + {tolerance})
