"""R18: readers of what strangers write, under a fuzzer that follows coverage."""
