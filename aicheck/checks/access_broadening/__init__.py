"""More people, machines or programs can reach something than before."""
