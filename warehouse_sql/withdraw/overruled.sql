create temporary table overruled (word text not null) on commit drop;
