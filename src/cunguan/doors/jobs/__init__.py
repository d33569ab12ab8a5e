"""Jobs: what goes on by itself beside the plane, and moves no money."""
