"""Everything between Kafka's topics: formats, pricing, allocation, buckets, and Faust at the edge."""
