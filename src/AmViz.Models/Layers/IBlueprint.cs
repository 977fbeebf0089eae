namespace AmViz.Models;

/// <summary>An architecture with every number settled.</summary>
internal interface IBlueprint
{
    /// <summary>Fresh layers without weights.</summary>
    /// <param name="preprocessing">What is done to pixels first.</param>
    LayerGraph Build(Preprocessing preprocessing);

    /// <summary>The numbers of the definition; where weights are stored folded, of the network before folding.</summary>
    /// <param name="preprocessing">As for <see cref="Build"/>: the first layer has as many input channels.</param>
    ParameterCounts CountParameters(Preprocessing preprocessing);

    /// <summary>The same network with batch-norm folded into the convolutions; null where that cannot be, is so already, or the configuration tells which of the two it is.</summary>
    IBlueprint? FoldedForm => null;
}
