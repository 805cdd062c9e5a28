"""An application held against the five edge advantages, and the cost of running it on site or in the cloud."""
