using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Models;

/// <summary>A TorchScript program, run up to a layer as its configuration tells.</summary>
/// <remarks>
/// Where its modules are called one by one, or where it takes <c>upto</c>, nothing past the layer is computed; a tuple is always computed whole. The
/// arithmetic is the program's own, so one channel costs as much as all.
/// </remarks>
internal sealed class TorchScriptNetwork : INetwork
{
    // Far below any that a float32 softmax tells apart from nothing, far above what processors flush to zero.
    private const double SmallestProbability = 1e-30;

    private readonly LoadedProgram _program;
    private readonly TorchScriptBlueprint _blueprint;
    private readonly Tensor _factor;                                                     // [1, C, 1, 1]
    private readonly Tensor _shift;                                                      // [1, C, 1, 1]
    private readonly bool _isReversed;

    private TorchScriptNetwork(NetworkDescription description, Device device, LoadedProgram program, TorchScriptBlueprint blueprint, Tensor factor, Tensor shift, bool isReversed)
    {
        Description = description;
        Device = device;
        _program = program;
        _blueprint = blueprint;
        _factor = factor;
        _shift = shift;
        _isReversed = isReversed;
    }

    /// <inheritdoc/>
    public NetworkDescription Description { get; }

    /// <inheritdoc/>
    public Device Device { get; }

    /// <summary>Loads the program of a folder, after a process of its own could load and run it.</summary>
    /// <param name="folder">Opened weights.</param>
    /// <param name="blueprint">Its description.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="type">Only float32: a program has its number format in itself.</param>
    /// <exception cref="WeightsFormatException">The program cannot be loaded or run, or its layers are not as described.</exception>
    public static TorchScriptNetwork Load(WeightsFolder folder, TorchScriptBlueprint blueprint, Device device, ScalarType type)
    {
        if (type != ScalarType.Float32)
        {
            throw new WeightsFormatException($"'{folder.Description.Name}' is a TorchScript program, which computes in its own number format; expected float32 instead of {type}.");
        }

        ScriptProbe.RequireSound(folder);
        return LoadUnguarded(folder, blueprint, device);
    }

    /// <summary>As <see cref="Load"/>, without asking another process first.</summary>
    public static TorchScriptNetwork LoadUnguarded(WeightsFolder folder, TorchScriptBlueprint blueprint, Device device)
    {
        // Whether or not it must still be read, the file has to be the one that was opened.
        folder.OpenTensors().Dispose();
        var loaded = Native(folder.Description.Name, "cannot be loaded", () => LoadedProgram.Of(folder, device));
        var preprocessing = folder.Preprocessing;
        using var scope = NewDisposeScope();
        var deviation = tensor(preprocessing.Deviation.ToArray(), ScalarType.Float32);
        var gain = deviation.reciprocal().view(1, -1, 1, 1).to(device);
        var offset = (tensor(preprocessing.Mean.ToArray(), ScalarType.Float32) / deviation).neg().view(1, -1, 1, 1).to(device);
        return new TorchScriptNetwork(folder.Description, device, loaded, blueprint, gain.DetachFromDisposeScope(), offset.DetachFromDisposeScope(), preprocessing.IsReversed);
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor images, string layer, Tensor? redirected = null)
    {
        var target = Description.FindShape(layer);
        RequireImages(images);
        using var scope = NewDisposeScope();
        var pixels = Normalized(images);
        var values = Native(Description.Name, $"fails at layer '{target.Name}'", () => _blueprint.Taps switch
        {
            ScriptTaps.Tuple => RunTuple(pixels, target, redirected),
            ScriptTaps.UpTo => RunUpTo(pixels, target, redirected),
            _ => RunModules(pixels, [target], redirected)[0],
        });
        return Present(values, target).MoveToOuterDisposeScope();
    }

    /// <summary>Values of several layers: by one run of a program of modules or of one that returns all of them, by a run for each of one that takes <c>upto</c>.</summary>
    public IReadOnlyList<Tensor> ForwardLayers(Tensor images, IReadOnlyList<string> layers)
    {
        LayerShape[] targets = [.. layers.Select(Description.FindShape)];
        RequireImages(images);
        using var scope = NewDisposeScope();
        var pixels = Normalized(images);
        var values = Native(Description.Name, $"fails at one of the layers {string.Join(", ", targets.Select(target => $"'{target.Name}'"))}", () => _blueprint.Taps switch
        {
            ScriptTaps.Tuple => RunTuple(pixels, targets),
            ScriptTaps.UpTo => [.. targets.Select(target => RunUpTo(pixels, target, redirected: null))],
            _ => RunModules(pixels, targets, redirected: null),
        });
        return [.. values.Zip(targets, (value, target) => Present(value, target).alias().MoveToOuterDisposeScope())];
    }

    /// <inheritdoc/>
    public Tensor ForwardChannels(Tensor images, string layer, Tensor channels, Tensor? redirected = null)
    {
        using var scope = NewDisposeScope();
        return ChannelPick.Of(Forward(images, layer, redirected), channels).MoveToOuterDisposeScope(); // [N, h, w]
    }

    /// <summary>Not known of a program: 0.</summary>
    public long MultiplyAdds(string layer, int size) => 0;

    /// <summary>Frees what is this network's own; the program stays, see <see cref="LoadedProgram"/>.</summary>
    public void Dispose()
    {
        _factor.Dispose();
        _shift.Dispose();
    }

    private int StepOf(LayerShape target) => _blueprint.Steps.TakeWhile(step => step.Name != target.Name).Count();

    private Tensor RunUpTo(Tensor pixels, LayerShape target, Tensor? redirected)
    {
        var wanted = StepOf(target);
        var values = One(_program.Program.forward(pixels, wanted));
        return redirected is null || wanted == 0 ? values : Redirect(values, One(_program.Program.forward(pixels, wanted - 1)), redirected);
    }

    private Tensor RunTuple(Tensor pixels, LayerShape target, Tensor? redirected)
    {
        var wanted = StepOf(target);
        var layers = _program.Program.forward(pixels);
        var values = Item(layers, wanted);
        return redirected is null || wanted == 0 ? values : Redirect(values, Item(layers, wanted - 1), redirected);
    }

    private Tensor Item(object layers, int wanted)
    {
        return layers switch
        {
            Tensor[] many when wanted < many.Length => many[wanted],
            ITuple tuple when wanted < tuple.Length && tuple[wanted] is Tensor one => one,
            Tensor one when _blueprint.Steps.Count == 1 => one,
            var other => throw new WeightsFormatException($"Model '{Description.Name}': forward gives {Describe(other)}; {WeightsFolder.ConfigFileName} lists {_blueprint.Steps.Count} layers of a tuple."),
        };
    }

    /// <summary>Lets the gradient through where a layer is a ReLU of the one before it; what the program computes inside a module stays as it is.</summary>
    /// <remarks>A program does not say which of its modules are ReLUs, but their values do.</remarks>
    private static Tensor Redirect(Tensor values, Tensor before, Tensor redirected)
    {
        if (!values.shape.SequenceEqual(before.shape))
        {
            return values;
        }

        return CeilingOf(values, before) is { } ceiling ? RedirectedRelu.Of(before, redirected, ceiling) : values;
    }

    private static double? CeilingOf(Tensor values, Tensor before)
    {
        using var frozen = no_grad();
        bool IsSame(Tensor other) => values.eq(other).all().item<bool>();
        return IsSame(F.relu(before)) ? double.PositiveInfinity : IsSame(F.relu6(before)) ? 6 : null;
    }

    private Tensor[] RunTuple(Tensor pixels, LayerShape[] targets)
    {
        var layers = _program.Program.forward(pixels);
        return [.. targets.Select(target => Item(layers, StepOf(target)))];
    }

    private Tensor[] RunModules(Tensor pixels, LayerShape[] targets, Tensor? redirected)
    {
        var made = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        var x = pixels;
        foreach (var step in _blueprint.Steps)
        {
            var input = step.Input switch
            {
                ScriptInput.Mean when x.dim() == 4 => x.mean([2, 3]),                   // [N, C]
                ScriptInput.Flatten => x.flatten(1),                                    // [N, C h w]
                _ => x,
            };
            var values = One((_program.Modules.GetValueOrDefault(step.Module) ?? throw NoModule(step.Module)).forward(input));
            x = redirected is null ? values : Redirect(values, input, redirected);
            if (Array.Exists(targets, target => target.Name == step.Name))
            {
                // What comes next may work in place.
                made[step.Name] = targets.Length == 1 ? x : x.clone();
                if (made.Count == targets.DistinctBy(target => target.Name, StringComparer.Ordinal).Count())
                {
                    break;
                }
            }
        }

        return [.. targets.Select(target => made[target.Name])];
    }

    private Tensor Normalized(Tensor images)
    {
        var pixels = addcmul(_shift, images, _factor, HeldScalars.One);                // [N, C, H, W]
        return _isReversed ? pixels.flip(1) : pixels;
    }

    private WeightsFormatException NoModule(string module)
        => new($"Model '{Description.Name}' has no module '{ErrorText.Shorten(module)}'. It has {string.Join(", ", _program.Modules.Keys.Where(name => name.Length > 0).Take(20))}"
            + $"{(_program.Modules.Count > 20 ? " and more" : "")}. Correct 'layers' in {WeightsFolder.ConfigFileName}.");

    private Tensor One(object result) => result as Tensor
        ?? throw new WeightsFormatException($"Model '{Description.Name}': a layer gives {Describe(result)}; expected one tensor. Choose other 'taps' in {WeightsFolder.ConfigFileName}.");

    private static string Describe(object? result) => result switch
    {
        Tensor => "one tensor",
        Tensor[] many => $"{many.Length} tensors",
        ITuple tuple => $"a tuple of {tuple.Length}",
        _ => "no tensor",
    };

    /// <summary>The values as a network returns them: channels second, tokens as rows.</summary>
    private Tensor Present(Tensor values, LayerShape target)
    {
        var ordered = (target.Kind, values.dim()) switch
        {
            (LayerKind.Tokens, 3) => values.transpose(1, 2).unsqueeze(3),               // [N, D, T, 1]
            (LayerKind.Logits, 1) => OneOutput.Present(values.unsqueeze(1)),            // [N, 2]
            (LayerKind.Logits, _) => OneOutput.Present(AsLogits(values.flatten(1))),    // [N, classes]
            (_, 2) => values.unsqueeze(2).unsqueeze(3),                                 // [N, C, 1, 1]
            _ => values,
        };
        var expected = target.Kind == LayerKind.Logits ? 2 : 4;
        return ordered.dim() == expected && ordered.shape[1] == target.ChannelCount
            ? ordered
            : throw new WeightsFormatException($"Model '{Description.Name}': layer '{target.Name}' gives [{string.Join(", ", values.shape)}]; {WeightsFolder.ConfigFileName} says "
                + $"{target.ChannelCount} channels of kind {target.Kind}. 'amviz models probe FILE' tells what is there.");
    }

    // The logarithm of what a softmax made differs from the logits by the same number for all classes, which no softmax and no comparison of classes sees.
    private Tensor AsLogits(Tensor output) => _blueprint.GivesProbabilities ? output.clamp_min(SmallestProbability).log() : output;

    private void RequireImages(Tensor images)
    {
        if (images.dim() != 4 || images.shape[1] != Description.InputChannels.Count || images.dtype != ScalarType.Float32)
        {
            throw new ArgumentException($"Pictures are {images.dtype} [{string.Join(", ", images.shape)}]; expected Float32 [N, {Description.InputChannels.Count}, H, W].", nameof(images));
        }

        Description.RequireSize((int)images.shape[2]);
        Description.RequireSize((int)images.shape[3]);
    }

    // Torch reports as ExternalException with a page of its own stack; the first line says what is wrong.
    private static T Native<T>(string name, string what, Func<T> run)
    {
        try
        {
            return run();
        }
        catch (Exception e) when (e is ExternalException or InvalidOperationException or NotImplementedException)
        {
            throw new WeightsFormatException($"Model '{name}': its program {what}: {ErrorText.Shorten(e.Message.Split('\n')[0], longest: 300)}", e);
        }
    }
}
