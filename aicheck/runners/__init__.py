"""Run the rules over files and facts; yield matches and failures."""
