using AmViz.Cli.Settings;
using AmViz.Models;
using AmViz.Networks;

namespace AmViz.Cli.Options;

/// <summary><c>--model</c>, <c>--weights</c> and <c>--checkpoint-key</c>: which network.</summary>
internal sealed class NetworkOptions(AmVizSettings settings)
{
    private readonly Option<string?> _model = new("--model", "-m")
    {
        Description = $"A network that 'amviz models' lists, or a name of yours for --weights. Default: {NetworkCatalogue.DefaultName}.",
        HelpName = "NAME",
    };

    private readonly Option<string?> _weights = new("--weights", "-w")
    {
        Description = $"Folder with {WeightsFolder.WeightsFileName} and {WeightsFolder.ConfigFileName}; enough without --model.",
        HelpName = "DIR",
    };

    private readonly Option<string?> _checkpointKey = new("--checkpoint-key")
    {
        Description = "Which network of weights that hold several, such as teacher or model_ema. Default: the one that config.json names as checkpointKey, or else one that is told.",
        HelpName = "KEY",
    };

    /// <summary>Puts the options on a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_model);
        command.Add(_weights);
        command.Add(_checkpointKey);
    }

    /// <summary>Whether one of them stands on the command line.</summary>
    public bool AreGiven(ParseResult result)
        => result.GetValue(_model) is not null || result.GetValue(_weights) is not null || result.GetValue(_checkpointKey) is not null;

    /// <summary>The network that is meant, without its layers.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="name">A name given in another place; null if there is none.</param>
    /// <exception cref="UsageException">Two different names are given.</exception>
    public ModelSelection Select(ParseResult result, string? name = null)
    {
        var model = result.GetValue(_model);
        if (name is not null && model is not null && name != model)
        {
            throw new UsageException($"Found two networks, '{name}' and --model {model}. Name one.");
        }

        model ??= name;
        var weights = result.GetValue(_weights);

        // A network named on the command line is not to be combined with the settings' weights of another.
        var selection = model is null && weights is null
            ? new ModelSelection { Model = settings.Model, Weights = settings.Weights }
            : new ModelSelection { Model = model, Weights = weights };
        return selection with { CheckpointKey = result.GetValue(_checkpointKey) };
    }

    /// <summary>Opens the network that is meant; no tensor is loaded.</summary>
    public NetworkSource Open(ParseResult result, string? name = null)
    {
        var selection = Select(result, name);
        return NetworkCatalogue.Open(selection.Model, selection.Weights, selection.CheckpointKey);
    }
}
