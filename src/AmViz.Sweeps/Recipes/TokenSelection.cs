namespace AmViz.Sweeps;

/// <summary>Which tokens of a Vision Transformer a hidden dimension is averaged over.</summary>
public enum TokenSelection
{
    /// <summary>All of them, class token included: the paper's choice, <c>hidden_states[l][:, :, idx]</c>.</summary>
    All,

    /// <summary>The class token alone.</summary>
    Class,

    /// <summary>The tokens of the patches, without the class token.</summary>
    Patches,
}
