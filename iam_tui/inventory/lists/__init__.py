"""Lists of images as people have them: output of docker, kubectl and others, or bare names."""
