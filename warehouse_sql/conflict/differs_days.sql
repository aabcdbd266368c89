abs({left} - {right}) > {days}
