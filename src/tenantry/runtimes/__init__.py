"""Runtimes: the engines that run what is deployed, where they attach, and the door by which they report."""
