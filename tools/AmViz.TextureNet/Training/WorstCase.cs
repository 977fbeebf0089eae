using AmViz.TextureNet.Network;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.TextureNet.Training;

/// <summary>Moves pictures a little in the direction that the network likes least.</summary>
/// <remarks>
/// A network that has only seen pictures as they are also answers to faint patterns that no eye sees, and activation
/// maximization finds those. One that is trained on its own worst cases has gradients that look like its classes (Engstrom
/// et al. 2019, arXiv 1906.00945). One step from a random start will do (Wong, Rice and Kolter 2020, arXiv 2001.03994);
/// here in the ball of the L2 norm.
/// </remarks>
/// <param name="seed">Of the random starts.</param>
internal sealed class WorstCase(int seed) : IDisposable
{
    private readonly Generator _generator = new((ulong)(uint)seed);

    /// <summary>The moved pictures, <c>[N, 3, H, W]</c>, not clipped; no gradient reaches the parameters.</summary>
    /// <param name="network">In training form.</param>
    /// <param name="pictures"><c>[N, 3, H, W]</c> in [0, 1].</param>
    /// <param name="radius">
    /// How far a picture is moved at most, as a share of its own contrast (the deviation of its numbers). Each is moved between
    /// nothing and that, so that the network knows untouched pictures too.
    /// </param>
    /// <param name="loss">Of the logits.</param>
    public Tensor Of(TrainableNetwork network, Tensor pictures, double radius, Func<Tensor, Tensor> loss)
    {
        if (radius == 0)
            return pictures;

        Tensor share = rand([pictures.shape[0], 1, 1, 1], generator: _generator) * tensor((float)radius);
        Tensor farthest = share * pictures.flatten(1).std(1).view(-1, 1, 1, 1);                 // [N, 1, 1, 1]
        Tensor start = Direction(randn(pictures.shape, generator: _generator)) * farthest * tensor(0.5f);
        Tensor moved = (pictures + start).detach().requires_grad_();
        network.SetTrainable(false);
        loss(network.forward(moved)).backward();
        network.SetTrainable(true);
        Tensor move = start + Direction(moved.grad!) * farthest;
        return pictures + Direction(move) * minimum(farthest, RootMeanSquare(move));
    }

    /// <inheritdoc/>
    public void Dispose() => _generator.Dispose();

    private static Tensor Direction(Tensor x) => x / RootMeanSquare(x);

    // [N, 1, 1, 1]; the addend keeps a picture without gradient where it is.
    private static Tensor RootMeanSquare(Tensor x) => (x * x).mean([1, 2, 3], keepdim: true).sqrt() + tensor(1e-12f);
}
