"""What rules know about words: names and 编号 of tasks, what a text says, cycles in what tasks wait for."""
