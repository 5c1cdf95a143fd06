"""What is at ``/var/runtime`` beside boto3: the programs that start runtimes in fresh processes."""
