namespace AmViz.Sweeps;

/// <summary>What is maximized. Higher is better.</summary>
public enum ObjectiveKind
{
    /// <summary>Mean activation of a channel over all positions. On the logits layer a channel is a class, so this is the <see cref="Logit"/>.</summary>
    Channel,

    /// <summary>Activation of a channel at one position.</summary>
    Neuron,

    /// <summary>Pre-softmax score of a class (the paper's choice, section 4.1).</summary>
    Logit,

    /// <summary>Softmax probability of a class: only to compare against the logit (section 4.1).</summary>
    Probability,
}
