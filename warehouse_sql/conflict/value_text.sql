{column}::text
