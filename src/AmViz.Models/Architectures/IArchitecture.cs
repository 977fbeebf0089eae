namespace AmViz.Models;

/// <summary>A kind of network that can be built from a configuration; one file each, listed in <see cref="KnownArchitectures"/>.</summary>
internal interface IArchitecture
{
    /// <summary>Its name in <c>config.json</c>, e.g. <c>mobilenet_v1</c>.</summary>
    string Name { get; }

    /// <summary>Its name for people, with where it is defined.</summary>
    string Title { get; }

    /// <summary>From the names of tensors in files to ours.</summary>
    NameMap Names { get; }

    /// <summary>The configurations that people know by a name, with their published input size.</summary>
    IReadOnlyList<PublishedNetwork> Published { get; }

    /// <summary>Reads the fields that only this architecture has.</summary>
    /// <param name="fields">Of <c>config.json</c>; notes what is wrong with each.</param>
    /// <param name="classes">Number of logits.</param>
    /// <param name="inputSize">Side of the pictures it was trained on, in pixels.</param>
    IBlueprint Read(ConfigFields fields, int classes, int inputSize);
}

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

/// <summary>A configuration that people know by a name.</summary>
/// <param name="Name">Its name, e.g. <c>vit_base_patch16_224</c>.</param>
/// <param name="InputSize">Side of its pictures in pixels.</param>
/// <param name="Blueprint">The configuration.</param>
internal sealed record PublishedNetwork(string Name, int InputSize, IBlueprint Blueprint);
