using AmViz.Cli.Engine;
using AmViz.Cli.Options;
using AmViz.Cli.Settings;
using AmViz.Cli.Specs;

namespace AmViz.Cli.Running;

/// <summary>What is to be drawn, from a spec file or from options.</summary>
internal sealed class SweepRequest(AmVizSettings settings)
{
    private readonly NetworkOptions _network = new(settings);
    private readonly LayerOptions _layers = new();
    private readonly RecipeOptions _recipe = new();

    /// <summary>Puts the options on a command.</summary>
    public void AddTo(Command command)
    {
        _network.AddTo(command);
        _layers.AddTo(command);
        _recipe.AddTo(command);
    }

    /// <summary>Whether a layer and its channels are named.</summary>
    public bool NamesChannels(ParseResult result) => _layers.AreBothGiven(result);

    /// <summary>Plans it on this machine.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="specFile">A spec, whose recipe and seeds options may change; null: options say all.</param>
    /// <param name="networks">Where networks are opened.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="UsageException">Every mistake at once.</exception>
    public async Task<SweepPlan> PlanAsync(ParseResult result, string? specFile, OpenedNetworks networks, CancellationToken cancellationToken)
    {
        var plan = await PlanAsync(result, specFile, spec => networks.PlanAsync(spec, cancellationToken));
        networks.Photographs = Photographs(result, plan.Recipe);
        return plan;
    }

    /// <summary>The photographs that a recipe of this command line names; none where it only took their spectrum.</summary>
    /// <exception cref="UsageException">They cannot be read.</exception>
    public ReferencePhotographs Photographs(ParseResult result, RenderRecipe recipe) => recipe.Prior is null ? ReferencePhotographs.None : _recipe.Photographs(result);

    /// <summary>Has it planned; mistakes are told by the place in the file or the option where they stand.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="specFile">A spec, whose recipe and seeds options may change; null: options say all.</param>
    /// <param name="plan">Plans a spec, or throws <see cref="SpecException"/>.</param>
    /// <exception cref="UsageException">Every mistake at once.</exception>
    public Task<T> PlanAsync<T>(ParseResult result, string? specFile, Func<SweepSpec, Task<T>> plan)
        => specFile is null ? PlanOptionsAsync(result, plan) : PlanFileAsync(result, specFile, plan);

    private Task<T> PlanFileAsync<T>(ParseResult result, string specFile, Func<SweepSpec, Task<T>> plan)
    {
        if (_network.AreGiven(result) || _layers.AreGiven(result))
        {
            throw new UsageException($"Networks and layers are named both in '{specFile}' and by options. Leave out --model, --weights, --digest, --checkpoint-key, --layer and --channel, or the file.");
        }

        return SpecReader.Read(specFile).PlanAsync(spec => plan(_recipe.Apply(result, spec)));
    }

    private async Task<T> PlanOptionsAsync<T>(ParseResult result, Func<SweepSpec, Task<T>> plan)
    {
        var selection = _network.Select(result);
        var layers = _layers.Read(result);
        try
        {
            return await plan(_recipe.Apply(result, new() { Models = [selection with { Layers = layers }] }));
        }
        catch (SpecException exception)
        {
            throw new UsageException([.. exception.Problems.Select(FlagNames.Describe)]);
        }
    }
}
