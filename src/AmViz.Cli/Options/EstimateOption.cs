namespace AmViz.Cli.Options;

/// <summary><c>--estimate</c>.</summary>
internal sealed class EstimateOption
{
    private readonly Option<bool> _option = new("--estimate")
    {
        Description = "Begin nothing: say how many pictures and steps it is, how long it takes and how much it stores, by a few steps on this machine.",
    };

    /// <summary>Puts it on a command.</summary>
    public void AddTo(Command command) => command.Add(_option);

    /// <summary>Whether it is given.</summary>
    public bool IsGiven(ParseResult result) => result.GetValue(_option);
}
