"""Words that are told of text which others wrote: of grammar and of computing, none that names or describes anybody."""

from __future__ import annotations

MODULES = frozenset(
    """
    rtedit rtedit_desktop torch torchvision diffusers open_clip safetensors numpy scipy pillow pil tifffile
    opencv cv2 pyside6 shiboken6 requests urllib3 filelock platformdirs python qt qt.qpa qt.qpa.plugin xcb
    wayland offscreen cocoa cuda cudnn cublas mps mkl mkldnn onednn openmp avx2 avx512 libpng libjpeg libtiff
    libwebp py.warnings
    """.split()  # noqa: SIM905
)

WORDS = MODULES | frozenset(
    """
    % a about above add after all already also although an and and/or any are argument arguments as assert
    assertion at attempt attempting attribute available axis bad bar batch be because been before begin being
    below bfloat16 bit bits block broken buffer build but by byte bytes cache call called caller can cannot card
    change changed channel channels check checked checksum chunk class close closed code codec colour column
    command compiled complete connect connection contains content context conversion convert converted copy core
    corrupt could count cpu crash create created current damaged data deadlock debug decode decoded decoder
    default delete deleted denied deprecated deprecation depth destroyed detected device did differ different
    dimension dimensions directory disabled disk display division does done double driver dtype duplicate during
    each element elements empty enabled encode encoder encoding end ended engine enough entry errno error errors
    event events exceeded exception exists exit exited expected extra fail failed failing failure false fatal
    few field file files find first flag float float16 float32 folder for format found frame from full function
    future gb gib given got gpu graphics greater had half handle handler has have header height host how i id if
    ignored image images implemented import imported in incomplete index info initialize initialized input
    installed instance instead insufficient int int8 integer interface internal interrupted into invalid is it
    item items its kb kernel key keys kib killed kind larger last layer layers layout least left length less
    level library line lines list load loaded loading local lock locked log long longer loop lost lower main
    mask match matches max maximum may mb memory message method mib min minimum mismatch missing mode model
    module more most ms must name named names nan native needs network never new no node non none not nothing
    null number numbers object objects of off offset old on once one only open opened operation option or other
    out outdated output over overflow own page parameter parameters parent parse part pass path paths pending
    permission picture pipe pixel pixels platform plugin point pointer port position precision previous process
    processor profile program properly property protocol python queue raised range rank ratio reach reached read
    reading reason received recent recursion reference refused remove removed replace reported request requested
    required reset resource result results return returned rgb right row run running runtime s same save saved
    scale screen second seconds segment segmentation send sent server session set setting settings shape shapes
    signal size sizes skipped slot slow smaller so socket some source stack standard start started starts state
    status step steps still stop stopped storage stream string style such support supported surface symbol
    system table target task tensor tensors than that the their them then there thing this thread threads
    through time timed timeout timer timers times to too total traceback transfer tried true truncated try type
    types u uint8 unable undefined unexpected uninitialized unknown unreadable unsupported until up update use
    used user uses using valid value values variable version very view wait waiting warning warnings was weight
    weights were what when where which while widget width will window with within without word words work worker
    would write writing written wrong yet zero
    """.split()  # noqa: SIM905
)
