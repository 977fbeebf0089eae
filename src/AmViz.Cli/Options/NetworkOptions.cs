using AmViz.Cli.Settings;
using AmViz.Models;
using AmViz.Networks;
using AmViz.Storage;

namespace AmViz.Cli.Options;

/// <summary><c>--model</c>, <c>--weights</c>, <c>--digest</c> and <c>--checkpoint-key</c>: which network.</summary>
internal sealed class NetworkOptions(AmVizSettings settings)
{
    private readonly Option<string?> _model = new("--model", "-m")
    {
        Description = $"A network that 'amviz models' lists or that was pushed to the store, or a name of yours for --weights. Default: {NetworkCatalogue.DefaultName}.",
        HelpName = "NAME",
    };

    private readonly Option<string?> _weights = new("--weights", "-w")
    {
        Description = $"Folder with {WeightsFolder.WeightsFileName} and {WeightsFolder.ConfigFileName}; enough without --model.",
        HelpName = "DIR",
    };

    private readonly Option<string?> _digest = new("--digest")
    {
        Description = "SHA-256 of the weights or its first digits, at least 8: of a network that 'amviz models' lists or that was pushed to the store.",
        HelpName = "HEX",
    };

    private readonly Option<string?> _checkpointKey = new("--checkpoint-key")
    {
        Description = "Which network of weights that hold several, such as teacher or model_ema. Default: the one that config.json names as checkpointKey, or else one that is told.",
        HelpName = "KEY",
    };

    private readonly NetworkStoreOption _store = new();

    /// <summary>Puts the options on a command that has a store of its own.</summary>
    public void AddTo(Command command)
    {
        AddLocalTo(command);
        command.Add(_digest);
    }

    /// <summary>Puts the options on a command that keeps no results, and <c>--store</c> with them.</summary>
    public void AddWithStoreTo(Command command)
    {
        AddTo(command);
        _store.AddTo(command);
    }

    /// <summary>Puts those on a command that name what this machine has.</summary>
    public void AddLocalTo(Command command)
    {
        command.Add(_model);
        command.Add(_weights);
        command.Add(_checkpointKey);
    }

    /// <summary>Whether one of them stands on the command line.</summary>
    public bool AreGiven(ParseResult result)
        => result.GetValue(_model) is not null || result.GetValue(_weights) is not null || result.GetValue(_digest) is not null || result.GetValue(_checkpointKey) is not null;

    /// <summary>The store where it may lie; null if none is named.</summary>
    public IBlobStore? Store(ParseResult result) => _store.Open(result, settings);

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
        var (weights, digest) = (result.GetValue(_weights), result.GetValue(_digest));

        // A network named on the command line is not to be combined with the settings' weights of another.
        var selection = model is null && weights is null && digest is null
            ? new ModelSelection { Model = settings.Model, Weights = settings.Weights }
            : new ModelSelection { Model = model, Weights = weights, Digest = digest };
        return selection with { CheckpointKey = result.GetValue(_checkpointKey) };
    }
}
