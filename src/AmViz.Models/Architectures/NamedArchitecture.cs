namespace AmViz.Models;

/// <summary>A family of networks whose <c>architecture</c> in a configuration is the name of one of them, such as <c>resnet50</c>: no other field tells its measures.</summary>
/// <param name="name">Of the family.</param>
/// <param name="title">For people.</param>
/// <param name="published">The networks, by the names of torchvision.</param>
internal abstract class NamedArchitecture(string name, string title, params IReadOnlyList<PublishedNetwork> published) : IArchitecture
{
    // What timm put before the names of torchvision's networks: who trained the weights.
    private static readonly string[] Trainers = ["tv_", "gluon_", "ssl_", "swsl_", "ig_"];

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public string Title => title;

    /// <inheritdoc/>
    public virtual NameMap Names { get; } = new();

    /// <inheritdoc/>
    public virtual NameMap NamesOf(IBlueprint blueprint) => Names;

    /// <inheritdoc/>
    public IReadOnlyList<PublishedNetwork> Published => published;

    /// <summary>Networks under names that other libraries have for them, or as those define them.</summary>
    protected virtual IReadOnlyList<PublishedNetwork> Others => [];

    /// <inheritdoc/>
    public PublishedNetwork? FindNetwork(string network)
    {
        var plain = network.Split('.')[0];                                           // timm: what follows a dot tells of which training the weights are
        var trainer = Array.Find(Trainers, begin => plain.StartsWith(begin, StringComparison.Ordinal));
        var bare = trainer is null ? plain : plain[trainer.Length..];
        return published.Concat(Others).FirstOrDefault(one => one.Name == bare);
    }

    /// <inheritdoc/>
    public IBlueprint Read(ConfigFields fields, int classes, int inputSize)
    {
        var told = fields.Find("architecture") is { ValueKind: System.Text.Json.JsonValueKind.String } text ? text.GetString()! : string.Empty;
        var found = FindNetwork(told);
        if (found is null)
        {
            fields.Refuse($"'architecture' is '{name}', a family; expected the name of a network of it, one of {string.Join(", ", published.Select(one => one.Name))}.");
        }

        return Settle(fields, (NormalizedBlueprint)(found ?? published[0]).Blueprint with { Classes = classes });
    }

    /// <summary>Whether weights of a network may hold batch-norm in either form.</summary>
    protected virtual bool CanBeFolded(NormalizedBlueprint blueprint) => true;

    /// <summary>Reads how batch-norm is held, and what else only this family has.</summary>
    /// <param name="fields">Of <c>config.json</c>.</param>
    /// <param name="blueprint">The network of the name, with the classes that are told.</param>
    protected virtual IBlueprint Settle(ConfigFields fields, NormalizedBlueprint blueprint)
    {
        var read = BatchNormText.Read(fields, blueprint.Epsilon);
        if (read.FormIsTold && !CanBeFolded(blueprint))
        {
            fields.Refuse("'batchNorm' is told; expected no such field, since batch-norm of this network is as its definition has it.");
        }

        return blueprint with { Epsilon = read.Epsilon, Folded = read.Folded, FormIsTold = read.FormIsTold };
    }
}
