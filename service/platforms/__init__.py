"""What is known about the places that posts go to, whether or not we can post there ourselves."""
