"""What runs rules: the frames they ask for, their hits as findings, waivers, and what they are called."""
