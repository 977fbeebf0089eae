using AmViz.TextureNet.Network;
using AmViz.TextureNet.Textures;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AmViz.TextureNet.Training;

/// <summary>Trains the network on endless fresh textures: no picture is ever shown twice.</summary>
internal sealed class Trainer(TrainingOptions options, TrainingProgress progress)
{
    // Wrappers of disposed tensors are so small that the collector would not come by itself.
    private const int StepsBetweenCollections = 200;

    /// <summary>Trains from the seed on and returns the network, ready for use.</summary>
    public TrainableMobileNet Train()
    {
        set_num_threads(options.Threads);
        var classes = TextureCatalogue.Classes;
        var network = new TrainableMobileNet(new MobileNetShape(options.Width, classes.Count), options.Seed);
        network.train();

        int batchSize = classes.Count * options.PicturesPerClass;
        using var source = new BatchSource(options.Steps, step =>
            TextureBatch.Draw(options.Sizes[step % options.Sizes.Count], batchSize, options.Seed, Split.Training, (long)step * batchSize));
        using var weathering = new Weathering(options.Seed);
        using var optimizer = Optimizer(network);
        var schedule = new LearningRateSchedule(options.LearningRate, options.Steps);

        int step = 0;
        foreach (var batch in source.Batches)
        {
            SetRate(optimizer, schedule.At(step));
            progress.Report(step, Step(network, optimizer, batch, pictures => weathering.Apply(pictures, options.WeatheringAt(step + 1))));
            step++;
            if (step % StepsBetweenCollections == 0)
                GC.Collect();
        }
        network.eval();
        return network;
    }

    private static StepResult Step(TrainableMobileNet network, optim.Optimizer optimizer, TextureBatch batch, Func<Tensor, Tensor> weather)
    {
        using var scope = NewDisposeScope();
        Tensor truth = batch.ClassTensor();
        Tensor logits = network.forward(weather(batch.PixelTensor())); // [N, classes]
        Tensor loss = nn.functional.cross_entropy(logits, truth);
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        return new StepResult(loss.item<float>(), logits.argmax(1).eq(truth).to(float32).mean().item<float>());
    }

    // Scale and shift of batch-norm and the bias of the classifier are left as they were initialized.
    private AdamW Optimizer(TrainableMobileNet network)
    {
        var parameters = network.named_parameters().ToLookup(entry => KindOf(entry.parameter), entry => entry.parameter);
        AdamW.ParamGroup Group(ParameterKind kind, double decay) =>
            new(parameters[kind], new AdamW.Options { LearningRate = options.LearningRate, weight_decay = decay });
        return new AdamW(
            [Group(ParameterKind.Dense, options.WeightDecay), Group(ParameterKind.Depthwise, 0)],
            options.LearningRate);
    }

    private static void SetRate(AdamW optimizer, double rate)
    {
        foreach (var group in optimizer.ParamGroups)
            group.LearningRate = rate;
    }

    private static ParameterKind KindOf(Parameter parameter) => parameter.shape switch
    {
        [_] => ParameterKind.PerChannel,
        [_, 1, ..] => ParameterKind.Depthwise,
        _ => ParameterKind.Dense,
    };

    private enum ParameterKind
    {
        Dense,      // conv1, pointwise convolutions, classifier
        Depthwise,  // [C, 1, 3, 3]
        PerChannel, // batch-norm and the bias of the classifier: constants
    }
}
