"""What a newsroom means by story, card, post and delivery. Imports nothing of ours."""
