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

    /// <summary>The same for one network, where others of the architecture have other names in files.</summary>
    NameMap NamesOf(IBlueprint blueprint) => Names;

    /// <summary>Whether there are networks of it that tell no classes apart, with 0 as their number.</summary>
    bool MayLackClasses => false;

    /// <summary>The configurations that people know by a name, with their published input size.</summary>
    IReadOnlyList<PublishedNetwork> Published { get; }

    /// <summary>The network that <c>architecture</c> means where it is not the name of the whole; null where it means none of this architecture.</summary>
    PublishedNetwork? FindNetwork(string network) => null;

    /// <summary>Reads the fields that only this architecture has.</summary>
    /// <param name="fields">Of <c>config.json</c>; notes what is wrong with each.</param>
    /// <param name="classes">Number of logits; 0 only where it <see cref="MayLackClasses"/>.</param>
    /// <param name="inputSize">Side of the pictures it was trained on, in pixels.</param>
    IBlueprint Read(ConfigFields fields, int classes, int inputSize);
}

/// <summary>A configuration that people know by a name.</summary>
/// <param name="Name">Its name, e.g. <c>vit_base_patch16_224</c>.</param>
/// <param name="InputSize">Side of its pictures in pixels.</param>
/// <param name="Blueprint">The configuration.</param>
internal sealed record PublishedNetwork(string Name, int InputSize, IBlueprint Blueprint)
{
    /// <summary>What its published weights expect to be done to pixels.</summary>
    public Preprocessing Preprocessing { get; init; } = Preprocessing.ImageNet;
}
