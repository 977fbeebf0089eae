namespace AmViz.Cli.Options;

/// <summary>Makes options with several values, separated by commas or given again.</summary>
internal static class ListOption
{
    /// <summary>An option with texts.</summary>
    public static Option<string[]> Texts(string name, string alias, string helpName, string description) => new(name, alias)
    {
        Description = description,
        HelpName = helpName,
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result => result.Items(),
        DefaultValueFactory = _ => [],
    };

    /// <summary>An option with texts that has no short name.</summary>
    public static Option<string[]> Texts(string name, string helpName, string description) => new(name)
    {
        Description = description,
        HelpName = helpName,
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result => result.Items(),
        DefaultValueFactory = _ => [],
    };

    /// <summary>An option with channels such as <c>0-31,40</c>.</summary>
    public static Option<ChannelSet?> Channels(string name, string alias, string description) => new(name, alias)
    {
        Description = description,
        HelpName = "C[,C..]",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result =>
        {
            var set = ChannelSet.TryParse(string.Join(',', result.Items()), out var problem);
            return problem is null ? set : result.Refuse<ChannelSet?>($"{name}: {problem}");
        },
    };
}
