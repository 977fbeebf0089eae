using static TorchSharp.torch;

namespace AmViz.Models;

/// <summary>What must be computed for a layer, or for single channels of it.</summary>
/// <param name="Targets">The layers.</param>
/// <param name="Whole">Layers that are computed with all their channels.</param>
/// <param name="Narrow">Layers that are computed for the wanted channels alone; empty if all channels of the target are wanted.</param>
internal sealed record ForwardPlan(IReadOnlySet<Layer> Targets, IReadOnlySet<Layer> Whole, IReadOnlySet<Layer> Narrow)
{
    /// <summary>Which of the layers that are computed whole read a layer.</summary>
    public ILookup<Layer, Layer> Readers { get; } = Whole.SelectMany(reader => reader.Inputs, (reader, input) => (reader, input)).ToLookup(pair => pair.input, pair => pair.reader);

    /// <summary>Whether a convolution is wanted beside the batch-norm that folds it: what both read is then computed for each of them.</summary>
    public bool HasFoldedTargets => Whole.OfType<BatchNormalization>().Any(norm => norm.Folds is { } bare && Targets.Contains(bare));

    /// <summary>The plan for all channels of some layers.</summary>
    public static ForwardPlan ForAll(params IReadOnlyList<Layer> targets)
    {
        var whole = new HashSet<Layer>();
        foreach (var target in targets)
        {
            AddWhole(target, whole);
        }

        return new(targets.ToHashSet(), whole, new HashSet<Layer>());
    }

    /// <summary>The plan for one channel a picture: channelwise layers pass the wish on to their inputs.</summary>
    public static ForwardPlan ForChannels(Layer target)
    {
        var whole = new HashSet<Layer>();
        var narrow = new HashSet<Layer>();
        AddNarrow(target);
        narrow.ExceptWith(whole);
        return new(new HashSet<Layer> { target }, whole, narrow);

        void AddNarrow(Layer layer)
        {
            narrow.Add(layer);
            foreach (var input in layer.Inputs)
            {
                if (layer.IsChannelwise)
                {
                    AddNarrow(input);
                }
                else
                {
                    AddWhole(input, whole);
                }
            }
        }
    }

    /// <summary>Multiplications with addition of one picture.</summary>
    public long MultiplyAdds(int size) => Whole.Sum(layer => layer.MultiplyAdds(size)) + Narrow.Sum(layer => layer.MultiplyAddsOfChannel(size));

    private static void AddWhole(Layer layer, HashSet<Layer> whole)
    {
        if (whole.Add(layer))
        {
            foreach (var input in layer.Inputs)
            {
                AddWhole(input, whole);
            }
        }
    }
}

/// <summary>One run of a network: each layer is computed when it is first asked for, and not again.</summary>
/// <param name="plan">What is wanted.</param>
/// <param name="images"><c>[N, C, H, W]</c>, in [0, 1].</param>
/// <param name="redirected">See <see cref="INetwork.Forward"/>.</param>
internal sealed class ForwardPass(ForwardPlan plan, Tensor images, Tensor? redirected = null)
{
    private readonly Dictionary<Layer, Tensor> _made = [];
    private readonly HashSet<Layer> _computed = [];
    private readonly List<Tensor> _new = [];                        // of _made, since the last call of KeepNeeded

    public Tensor Images => images;

    /// <summary>The images whose gradient is redirected at ReLUs that stop it, <c>[N]</c>; null: none.</summary>
    public Tensor? Redirected => redirected;

    /// <summary>Looks at the values before a ReLU and after it, and overwrites the former: given the layer before, the ReLU, values and ceiling. Null: nobody does.</summary>
    public Action<Layer, Layer, Tensor, float>? Clip { get; init; }

    /// <summary>Whether the values of a layer end at a ReLU that <see cref="Clip"/> computes.</summary>
    /// <remarks>Of layers whose values are surely their own and no other layer's.</remarks>
    public bool IsClipped(Layer layer)
        => Clip is not null && redirected is null && layer is { ReaderCount: 1 } and (Convolution or BatchNormalization)
            && plan.Readers[layer].FirstOrDefault() is Activation { Ceiling: not null } relu && (plan.Targets.Contains(layer) || plan.Targets.Contains(relu));

    /// <summary>All values of a layer.</summary>
    public Tensor Value(Layer layer)
    {
        if (!_made.TryGetValue(layer, out var value))
        {
            value = layer.Compute(this);
            _computed.Add(layer);
            if (layer.ReaderCount > 1 || (plan.Targets.Contains(layer) && !IsClipped(layer)))
            {
                _made.Add(layer, value);
                _new.Add(value);
            }
        }

        return value;
    }

    /// <summary>One channel for each picture, <c>[N, h, w]</c>.</summary>
    public Tensor Channels(Layer layer, Tensor channels)
        => plan.Whole.Contains(layer) ? layer.Pick(Value(layer), channels) : layer.ComputeChannels(this, channels);

    /// <summary>Before the present dispose scope ends: what layers that are yet to be computed will read goes to the scope around it, and nothing else is kept.</summary>
    public void KeepNeeded()
    {
        foreach (var layer in _made.Keys.Where(layer => plan.Readers[layer].All(_computed.Contains)).ToList())
        {
            _made.Remove(layer, out var value);
            if (!_made.ContainsValue(value!))               // a layer may hand on the very tensor that it was given
            {
                value!.Dispose();
            }
        }

        _new.Where(value => !value.IsInvalid).ToList().ForEach(value => value.MoveToOuterDisposeScope());
        _new.Clear();
    }

    /// <summary>Whether nobody but its one reader sees the values of a layer, so that they may be overwritten.</summary>
    public bool MayOverwrite(Layer layer) => layer.ReaderCount == 1 && !plan.Targets.Contains(layer);
}
