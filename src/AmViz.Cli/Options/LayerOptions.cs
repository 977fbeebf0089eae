namespace AmViz.Cli.Options;

/// <summary><c>--layer</c> and <c>--channel</c>: what of a network to draw.</summary>
internal sealed class LayerOptions
{
    private readonly Option<string[]> _layers = ListOption.Texts("--layer", "--layers", "L[,L..]", "Layers, as 'amviz models show' lists them; patterns of them such as 'conv_pw_*_bn' or 'block_1[0-6]_out' (in quotes); all; default; behind ! those to leave out.");
    private readonly Option<ChannelSet?> _channels = ListOption.Channels("--channel", "--channels", "Channels such as 0-31,40 (of the layer 'logits': classes); with a pattern, or no layer, of every layer that has them.");

    /// <summary>Puts the options on a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_layers);
        command.Add(_channels);
    }

    /// <summary>Whether one of the two stands on the command line.</summary>
    public bool AreGiven(ParseResult result) => result.GetResult(_layers) is { Implicit: false } || result.GetResult(_channels) is { Implicit: false };

    /// <summary>Whether both do.</summary>
    public bool AreBothGiven(ParseResult result) => result.GetResult(_layers) is { Implicit: false } && result.GetResult(_channels) is { Implicit: false };

    /// <summary>The layers, each with the channels; channels alone are those of the default taps.</summary>
    public IReadOnlyList<LayerSelection> Read(ParseResult result)
    {
        var layers = result.GetValue(_layers)!;
        var channels = result.GetValue(_channels);
        return layers.Length == 0 && channels is not null
            ? [new(LayerChoice.Default, channels)]
            : [.. layers.Select(layer => new LayerSelection(layer, layer.StartsWith('!') ? null : channels))];
    }
}
