namespace AmViz.Models;

/// <summary>How many numbers a network is made of, batch-norm counted as its definition has it, folded or not.</summary>
/// <param name="Trainable">What training moves by a gradient: weights, biases, factors and shifts.</param>
/// <param name="Total">With the moving means and variances of batch-norm; Keras calls this the total.</param>
public sealed record ParameterCounts(long Trainable, long Total);
